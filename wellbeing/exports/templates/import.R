# Reads this bundle with base R. From the folder of the bundle: Rscript scripts/import.R
# Checks the checksums if R or the system has a way to, then makes three data frames:
# responses, scores, wide. Labels are attributes ("label", "labels"), as haven has them.

check_bundle <- function() {
  digest_of <- NULL
  if (exists("sha256sum", asNamespace("tools"))) {
    digest_of <- function(file) unname(get("sha256sum", asNamespace("tools"))(file))
  } else if (requireNamespace("digest", quietly = TRUE)) {
    digest_of <- function(file) digest::digest(file, algo = "sha256", file = TRUE)
  } else if (nzchar(Sys.which("sha256sum"))) {
    digest_of <- function(file) {
      substr(system2("sha256sum", shQuote(file), stdout = TRUE), 1, 64)
    }
  }
  if (is.null(digest_of)) {
    message("Checksums are not checked: install the package digest, or use R 4.5.")
    return(invisible(FALSE))
  }
  for (line in readLines("checksums.sha256", encoding = "UTF-8")) {
    parts <- strsplit(line, "  ", fixed = TRUE)[[1]]
    if (digest_of(parts[2]) != parts[1]) {
      stop(parts[2], " is not the file that was made. Unpack the bundle again.")
    }
  }
  invisible(TRUE)
}

read_table <- function(file, classes) {
  read.csv(file, colClasses = classes, na.strings = "", encoding = "UTF-8",
           check.names = FALSE)
}

labelled <- function(column, label, labels = NULL) {
  attr(column, "label") <- label
  if (!is.null(labels)) attr(column, "labels") <- labels
  column
}

check_bundle()

{{tables}}

{{report}}
