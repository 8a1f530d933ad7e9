"""A folder served over FTP on loopback, to whoever knows the name and password that the environment gives fsspec:
`python -m tests.ftp_server FOLDER PORT`."""

from __future__ import annotations

import os
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

if __name__ == "__main__":
    folder, port = sys.argv[1:]
    FTPHandler.authorizer = DummyAuthorizer()
    FTPHandler.authorizer.add_user(
        os.environ["FSSPEC_FTP_USERNAME"], os.environ["FSSPEC_FTP_PASSWORD"], folder, perm="elradfmwMT"
    )
    FTPServer(("127.0.0.1", int(port)), FTPHandler).serve_forever()
