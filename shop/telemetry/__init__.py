"""What the shop tells those who run it: logs, numbers and errors. It changes nothing that a shopper sees."""
