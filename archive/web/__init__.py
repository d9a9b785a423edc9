"""The web pages: HTML that reads well without CSS."""
