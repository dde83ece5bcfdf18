* Reads this bundle with Stata 14 or newer. From the folder of the bundle: do scripts/import.do
* Writes responses.dta, scores.dta and wide.dta there. Checksums: checksums.sha256.
version 14
{{tables}}
