"""Reading of news articles: marks what the archive has records of, and drafts statements from what is accepted."""
