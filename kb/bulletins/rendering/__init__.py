"""One bulletin printed as DOCX, XLSX or HTML; the same value gives the same bytes."""
