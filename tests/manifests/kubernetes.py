"""What a schema can't see in rendered manifests: selectors that find pods, references that lead somewhere, pods that may
nothing."""

import sys

import yaml

what, path = sys.argv[1:]
with open(path, encoding="utf8") as file:
    documents = [one for one in yaml.safe_load_all(file) if one]
wrong = []


def of(kind):
    return [one for one in documents if one["kind"] == kind]


def name(one):
    return one["metadata"]["name"]


pods = {name(one): one["spec"]["template"] for kind in ("Deployment", "Job") for one in of(kind)}


def found(selector):
    match = selector.get("matchLabels", selector)
    return [pod for pod, template in pods.items() if match.items() <= template["metadata"]["labels"].items()]


seen = set()
for one in documents:
    key = (one["kind"], name(one))
    if key in seen:
        wrong.append(f"{key} is there twice")
    seen.add(key)

for one in of("Deployment"):
    # An autoscaler and a budget count what the selector finds.
    if found(one["spec"]["selector"]) != [name(one)]:
        wrong.append(f"{name(one)} selects {found(one['spec']['selector'])}")
for one in of("PodDisruptionBudget"):
    if len(found(one["spec"]["selector"])) != 1:
        wrong.append(f"the budget {name(one)} is of {found(one['spec']['selector'])}")
for one in of("HorizontalPodAutoscaler"):
    target = next((other for other in of("Deployment") if name(other) == one["spec"]["scaleTargetRef"]["name"]), None)
    if target is None:
        wrong.append(f"the autoscaler {name(one)} has no deployment")
    elif "replicas" in target["spec"]:
        wrong.append(f"{name(target)} says how many it has, and so does its autoscaler")
served = {name(one): found(one["spec"]["selector"]) for one in of("Service")}
expected = {"base": ["plaza"], "overlays/blue-green": ["plaza-blue"], "overlays/canary": ["plaza", "plaza-canary"]}.get(what)
if expected and sorted(served["plaza"]) != expected:
    wrong.append(f"the service leads to {served['plaza']}, not to {expected}")

configs = {name(one) for one in of("ConfigMap")}
for pod, template in pods.items():
    spec = template["spec"]
    if not spec["securityContext"].get("runAsNonRoot") or spec["securityContext"]["seccompProfile"]["type"] != "RuntimeDefault":
        wrong.append(f"{pod} may be root, or call what it likes")
    for container in spec["containers"]:
        rights = container["securityContext"]
        if rights.get("allowPrivilegeEscalation") is not False or not rights.get("readOnlyRootFilesystem") or rights["capabilities"]["drop"] != ["ALL"]:
            wrong.append(f"{pod} may too much")
        if container["image"].split(":")[-1] in ("plaza", "latest"):
            wrong.append(f"{pod} runs no version: {container['image']}")
        for source in container.get("envFrom", []):
            if source["configMapRef"]["name"] not in configs:
                wrong.append(f"{pod} reads {source['configMapRef']['name']}, which is not there")
        if pod.startswith("plaza-migrate"):
            continue
        probes = {kind: container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness", "readiness")}
        if probes != {"startup": "/health", "liveness": "/health", "readiness": "/ready"}:
            wrong.append(f"{pod} is asked {probes}")
        pause = int(container.get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command", [0, 0])[1])
        # Requests and then sockets have 20 seconds each; a worker's jobs have ten.
        needs = pause + (40 if "lifecycle" in container else 20)
        if spec["terminationGracePeriodSeconds"] <= needs:
            wrong.append(f"{pod} is killed after {spec['terminationGracePeriodSeconds']} s, and needs up to {needs}")

for one in wrong:
    print(f"{what}: {one}", file=sys.stderr)
if not wrong:
    print(f"k8s/{what}: {len(documents)} documents are valid, and lead to each other")
sys.exit(1 if wrong else 0)
