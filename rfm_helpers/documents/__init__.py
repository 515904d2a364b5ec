"""Documents that people open: safe texts, workbooks, pages."""
