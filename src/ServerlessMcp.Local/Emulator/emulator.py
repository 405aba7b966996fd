# Runs moto's server inside this process and dies with the one that started it: stdin closes with its other end, even after kill -9.
# argv: the wanted version's prefix. Exit codes: 3 moto is missing, 4 another version. First line on stdout: PORT <port> <version>.
import os
import sys
import threading
from importlib import metadata


def die_with_parent():
    while os.read(0, 4096):  # not sys.stdin: its lock would abort the interpreter at exit
        pass
    os._exit(0)


threading.Thread(target=die_with_parent, daemon=True).start()
try:
    version = metadata.version("moto")
except metadata.PackageNotFoundError:
    sys.exit(3)
if not version.startswith(sys.argv[1]):
    sys.stderr.write("moto " + version + "\n")
    sys.exit(4)
try:
    os.setsid()  # Ctrl-C in a terminal goes to us; the emulator must outlive the rollback.
except (AttributeError, OSError):
    pass
try:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server
except ImportError as missing:  # moto without its [server] extra
    sys.stderr.write(str(missing) + "\n")
    sys.exit(3)


class Quiet(WSGIRequestHandler):
    def log_request(self, *_):
        pass


def correct():
    """What moto leaves out, and a plan would look or wait for in vain."""
    from moto.cloudfront.models import Distribution
    from moto.ec2.models.nat_gateways import NatGatewayBackend
    from moto.ecs.models import Service

    def of_its_configuration(self, name):  # ListDistributions shows the comment, the origins and more
        if "distribution_config" not in vars(self):
            raise AttributeError(name)
        return getattr(self.distribution_config, name)

    make = Service.__init__

    def with_running_tasks(self, cluster, service_name, desired_count, *others, **named):  # else none ever runs
        os.environ["MOTO_ECS_SERVICE_RUNNING"] = str(desired_count)
        make(self, cluster, service_name, desired_count, *others, **named)

    delete = NatGatewayBackend.delete_nat_gateway

    def with_its_interface(self, nat_gateway_id):  # else the address stays associated and the subnet in use
        gateway = delete(self, nat_gateway_id)
        for address in self.addresses:
            if address.eni is not None and address.eni.id == gateway._eni.id and address.association_id:
                self.disassociate_address(association_id=address.association_id)
        if gateway._eni.id in self.enis:
            self.delete_network_interface(gateway._eni.id)
        return gateway

    NatGatewayBackend.delete_nat_gateway = with_its_interface
    Distribution.__getattr__ = of_its_configuration
    Service.__init__ = with_running_tasks


threading.Thread(target=correct, daemon=True).start()  # importing these takes a second that nobody should wait
server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True, request_handler=Quiet)
os.environ["MOTO_PORT"] = str(server.port)
answer, sys.stdout = sys.stdout, sys.stderr
answer.write("PORT %d %s\n" % (server.port, version))
answer.flush()
server.serve_forever()
