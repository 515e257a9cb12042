"""What the shop holds about a person: one table (table.py) that the download, the deletion and a test read."""
