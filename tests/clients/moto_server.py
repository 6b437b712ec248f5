"""AWS services in memory: those of moto, on any free port of this machine.

The first line on standard output is the URL. It ends when standard input does, so that it outlives nobody who
started it, however that ends.
"""

import os
import sys
import threading

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server


def end_with_standard_input():
    sys.stdin.buffer.read()
    os._exit(0)


server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
threading.Thread(target=end_with_standard_input, daemon=True).start()
print(f"http://127.0.0.1:{server.port}", flush=True)
server.serve_forever()
