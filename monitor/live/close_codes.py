"""The close codes of the live socket."""

BAD_CURSOR = 4400  # `after` is not a number
SIGNED_OUT = 4401  # the client never signed in, or the sign-in has ended
SOMEBODY_ELSES = 4403  # the address names another user
TOO_SLOW = 4408  # too many frames waited for the client, which reconnects with its cursor
TOO_BIG = 4413  # the client sent a frame over 64 KiB
TOO_MANY = 4429  # more sockets of one user than SOCKETS_PER_USER
FAULT = 4500  # prmonitor failed; the client reconnects with its cursor
