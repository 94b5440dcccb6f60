"""What the live tests are made of: the whole program, real phones, a load generator and a pair of ears."""
