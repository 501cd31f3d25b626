"""What the guard decided and did, in lines that cannot be changed unnoticed."""
