* Encoding: UTF-8.
* Reads this bundle with SPSS or PSPP. Write the folder of the bundle into the next line first.
* Writes responses.sav, scores.sav and wide.sav there. Checksums: checksums.sha256.
CD '.'.
SET DECIMAL=DOT.
{{tables}}
