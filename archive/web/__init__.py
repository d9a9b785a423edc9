"""The web pages: plain HTML that reads well without style."""
