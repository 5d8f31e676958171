"""The same work in PyTorch: torch_peer.py JOB THREADS RUNS [OPTIMISER]; prints one line of JSON with milliseconds."""
import json
import math
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

job, threads, runs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
optimiser = sys.argv[4] if len(sys.argv) > 4 else "adam"
torch.set_num_threads(threads)
torch.manual_seed(0)


def mlp():
    return nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 10)), (784,), 10


def cnn():
    return (
        nn.Sequential(
            nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(3136, 128), nn.ReLU(), nn.Linear(128, 10),
        ),
        (1, 28, 28),
        10,
    )


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.short = None
        if stride != 1 or inputs != outputs:
            self.short = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (self.short(x) if self.short else x))


def resnet18():
    layers = [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()]
    width = 64
    for outputs, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        layers += [Block(width, outputs, stride), Block(outputs, outputs, 1)]
        width = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10)), (3, 32, 32), 10


def timed(work, warmup):
    for _ in range(warmup):
        work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def training(build, batch):
    model, shape, classes = build()
    x, y = torch.rand(batch, *shape), torch.arange(batch) % classes
    make = torch.optim.Adam if optimiser == "adam" else torch.optim.SGD
    update = make(model.parameters(), 1e-3 if optimiser == "adam" else 0.1)

    def step():
        update.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        update.step()
        return loss.item()

    return timed(step, 5)


def forward(build, batch):
    model, shape, _ = build()
    model.eval()
    x = torch.rand(batch, *shape)
    with torch.no_grad():
        return timed(lambda: model(x), 2)


def gram():
    n = 4000
    x, (a, b) = torch.rand(n, 784), (nn.Linear(784, 512), nn.Linear(512, 10))
    with torch.no_grad():
        h = torch.relu(a(x))
        d2 = torch.full((n, 10), 1 / math.sqrt(10))
        d1 = (d2 @ b.weight) * (h > 0)
        return timed(lambda: (x @ x.T + 1) * (d1 @ d1.T) + (h @ h.T + 1) * (d2 @ d2.T), 1)


def sketch():
    model, _, _ = cnn()
    c1, c2, f1, f2 = model[0], model[3], model[7], model[9]
    r, batch = 32, 200
    x = torch.rand(batch, 1, 28, 28)
    r1, s1, r2, s2 = torch.randn(r, 1, 5, 5), torch.randn(32, r), torch.randn(r, 32, 5, 5), torch.randn(64, r)
    r3, s3, r4, s4 = torch.randn(3136, r), torch.randn(128, r), torch.randn(128, r), torch.randn(10, r)

    def work():
        z1 = c1(x)
        x2 = F.max_pool2d(F.relu(z1), 2)
        z2 = c2(x2)
        a3 = F.max_pool2d(F.relu(z2), 2).flatten(1)
        z3 = f1(a3)
        a4 = F.relu(z3)
        out = f2(a4)
        d = torch.autograd.grad(out.sum() / math.sqrt(10), [z1, z2, z3, out])
        with torch.no_grad():
            parts = []
            for a, delta, rr, ss in ((x, d[0], r1, s1), (x2, d[1], r2, s2)):
                p = F.conv2d(a, rr, padding=2).flatten(2)
                q = torch.einsum("ncp,cr->npr", delta.flatten(2), ss)
                parts.append(torch.bmm(p, q).flatten(1))
            parts.append(((a3 @ r3)[:, :, None] * (d[2] @ s3)[:, None, :]).flatten(1))
            parts.append(((a4 @ r4)[:, :, None] * (d[3] @ s4)[:, None, :]).flatten(1))
            return torch.cat(parts, 1)

    return timed(work, 2)


def sgemm():
    a, b = torch.rand(2048, 2048), torch.rand(2048, 2048)
    return timed(lambda: a @ b, 2)


def cholesky():
    n = 4000
    g = torch.rand(n, 64, dtype=torch.float64) - 0.5
    a = g @ g.T + torch.eye(n, dtype=torch.float64)
    return timed(lambda: torch.linalg.cholesky(a), 1)


def solve():
    n, rhs = 4000, 2000
    g = torch.rand(n, 64, dtype=torch.float64) - 0.5
    lower = torch.linalg.cholesky(g @ g.T + torch.eye(n, dtype=torch.float64))
    b = torch.rand(n, rhs, dtype=torch.float64)
    return timed(lambda: torch.triangular_solve(b, lower, upper=False), 1)


jobs = {
    "mlp": lambda: training(mlp, 100),
    "cnn": lambda: training(cnn, 100),
    "resnet18": lambda: training(resnet18, 32),
    "resnet18-forward": lambda: forward(resnet18, 32),
    "gram": gram,
    "sketch": sketch,
    "sgemm": sgemm,
    "cholesky": cholesky,
    "solve": solve,
}
print(json.dumps({"runsMs": jobs[job](), "version": torch.__version__}))
