"""What `chairside up` consists of: the parts, their settings, and who watches over them."""
