* Encoding: UTF-8.
* Reads this bundle with SPSS. Write the folder of the bundle into the next line first.
FILE HANDLE bundle /NAME='.'.
{{tables}}
