"""Say in one line, before anything slow, that a port is in use. Usage: port_free.py HOST PORT."""

import socket
import sys

host, port = sys.argv[1], sys.argv[2]
if not port.isdigit() or not 0 < int(port) < 65536:
    sys.exit(f"PORT: got '{port}', expected a number from 1 to 65535.")
if ":" in host and not (host.startswith("[") and host.endswith("]")):
    sys.exit(f"HOST: got '{host}', expected a name or an address; one of IPv6 in brackets: make run HOST=[::1]")
try:
    family = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)[0][0]
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host.strip("[]"), int(port)))
except OSError as error:
    sys.exit(f"Port {port} on {host} can't be used ({error.strerror}). Choose another: make run PORT=8001")
