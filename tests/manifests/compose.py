"""What a schema can't see in compose.yaml: files that are mounted, names that are used, and what every service has to have."""

import os
import re
import sys

import yaml

path = sys.argv[1]
folder = os.path.dirname(path)
with open(path, encoding="utf8") as file:
    compose = yaml.safe_load(file)
with open(os.path.join(folder, ".env.example"), encoding="utf8") as file:
    known = set(re.findall(r"^#?([A-Z_]+)=", file.read(), re.MULTILINE))
services, wrong = compose["services"], []

for name, service in services.items():
    say = lambda what, name=name: wrong.append(f"{name}: {what}")
    if not service.get("read_only") or service.get("cap_drop") != ["ALL"]:
        say("its root can be written, or it keeps capabilities")
    if "build" not in service and not service["image"].startswith("plaza") and not re.search(r":v?\d+\.\d+", service["image"]):
        say(f"{service['image']} names no version")
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        if source.startswith(".") and not os.path.exists(os.path.join(folder, source)):
            say(f"{source} is mounted and does not exist")
        if not source.startswith((".", "/")) and source not in compose["volumes"]:
            say(f"the volume {source} is not declared")
    for config in service.get("configs", []):
        if config["source"] not in compose["configs"]:
            say(f"the config {config['source']} is not declared")
    networks = service.get("networks", [])
    for network in networks:
        if network not in compose["networks"]:
            say(f"the network {network} is not declared")
    for other in service.get("depends_on", []):
        if other not in services:
            say(f"{other} is waited for and does not exist")
    # Names in URLs are services on a network of both.
    for url in re.findall(r"(?:@|//)([a-z][a-z0-9-]*):\d+", str(service.get("environment", {}))):
        if not set(networks) & set(services.get(url, {}).get("networks", [])):
            say(f"{url} can't be reached")

with open(path, encoding="utf8") as file:
    used = set(re.findall(r"\$\{([A-Z_]+)", file.read()))
wrong += [f".env.example does not tell of {name}" for name in used - known]
wrong += [f".env.example tells of {name}, which nothing uses" for name in known - used]

for one in wrong:
    print(f"compose.yaml: {one}", file=sys.stderr)
if not wrong:
    print(f"compose.yaml: {len(services)} services, their files, networks and variables are there")
sys.exit(1 if wrong else 0)
