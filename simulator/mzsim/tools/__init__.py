"""What looks at messages without answering them."""
