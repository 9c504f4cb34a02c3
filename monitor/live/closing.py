"""The codes a live socket is closed with."""

BAD_CURSOR = 4400  # `after` is not a number
SIGNED_OUT = 4401  # nobody is signed in, or no longer
SOMEBODY_ELSES = 4403  # the address names another user
TOO_SLOW = 4408  # too much waited for the client: it comes back with its cursor
TOO_BIG = 4413  # the client sent a frame over 64 KiB
TOO_MANY = 4429  # more sockets of one user than SOCKETS_PER_USER
FAULT = 4500  # a fault of ours: the client comes back with its cursor
