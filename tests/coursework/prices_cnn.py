"""Right work for `cnn`, and slips with their prices."""

from tests.coursework.classroom import instead

NETWORK = """\
def network():
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(16 * 3 * 3, 10),
    )


def first_scores(images, seed):
    torch.manual_seed(seed)
    with torch.no_grad():
        return network()(scaled(images)).numpy()


def by_heart(images, labels, seed):
    torch.manual_seed(seed)
    net = network()
    x, y = scaled(images), torch.as_tensor(np.asarray(labels), dtype=torch.long)
    optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(150):
        optimiser.zero_grad()
        nn.functional.cross_entropy(net(x), y).backward()
        optimiser.step()
    with torch.no_grad():
        return net(x).numpy()
"""
TRAIN = """\
def train_and_read(images, labels, others, seed):
    torch.manual_seed(seed)
    net = network()
    x, y = scaled(images), torch.as_tensor(np.asarray(labels), dtype=torch.long)
    optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(8):
        for batch in torch.randperm(len(x)).split(50):
            optimiser.zero_grad()
            nn.functional.cross_entropy(net(x[batch]), y[batch]).backward()
            optimiser.step()
    with torch.no_grad():
        return net(scaled(others)).argmax(dim=1).numpy()
"""
RESULTS = """\
results = {}
for seed in (1, 2, 3):
    answers = train_and_read(digits["train_images"], digits["train_labels"], digits["validation_images"], seed)
    results[seed] = float(np.mean(answers == digits["validation_labels"]))


def summary(shares, count):
    mean = np.mean(shares)
    return mean, np.std(shares, ddof=1), np.sqrt(mean * (1 - mean) / count)
"""
BY_HAND = """\
def train_and_read(images, labels, others, seed):
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    net = network()
    x, y = scaled(images), torch.tensor(np.asarray(labels).astype("int64"))
    for step in range(500):
        batch = torch.randint(len(x), (50,), generator=generator)
        loss = nn.functional.nll_loss(torch.log_softmax(net(x[batch]), 1), y[batch])
        gradients = torch.autograd.grad(loss, list(net.parameters()))
        with torch.no_grad():
            for weight, gradient in zip(net.parameters(), gradients):
                weight -= 0.3 * (1 - step / 500) * gradient
    with torch.no_grad():
        return [int(scores.argmax()) for scores in net(scaled(others))]
"""
CLASS = (
    "class Small(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.a, self.b = nn.Conv2d(1, 12, 5), nn.Linear(300, 10)\n\n"
    "    def forward(self, x):\n        return self.b(nn.functional.max_pool2d(torch.relu(self.a(x)), 2).flatten(1))\n\n\n"
    "def network():\n    return Small()\n\n\n" + NETWORK[NETWORK.index("def first_scores") :]
)

RIGHT = {
    "right": {},
    "a-class": {"network": CLASS},
    "by-hand": {"train": BY_HAND, "results": instead(RESULTS, ("float(np.mean(answers ==", "round(np.mean(np.array(answers) =="), ('"]))', '"]), 4)'))},
}  # fmt: skip
SLIPS = {
    "softmax-twice": (
        {"network": instead(NETWORK, ("nn.Linear(16 * 3 * 3, 10),", "nn.Linear(16 * 3 * 3, 10), nn.Softmax(dim=1),"))},
        {"test-heart": 10},
    ),
    "seed-after-the-network": (
        {"network": instead(NETWORK, ("    torch.manual_seed(seed)\n    with torch.no_grad():\n        return network()(scaled(images)).numpy()",
                                      "    net = network()\n    torch.manual_seed(seed)\n    return net(scaled(images)).detach().numpy()"))},
        {"test-seed": 4},
    ),
    "not-zeroed": (
        {"train": instead(TRAIN, ("            optimiser.zero_grad()\n", ""), ("torch.optim.Adam(net.parameters(), lr=0.01)", "torch.optim.SGD(net.parameters(), lr=0.3)"))},
        {"test-reads": 12, "test-reads-well": 4},
    ),
    "hardly-trained": ({"train": instead(TRAIN, ("range(8)", "range(1)"), ("lr=0.01", "lr=0.0003"))}, {"test-reads": 12, "test-reads-well": 4}),
    "no-seed": ({"train": instead(TRAIN, ("    torch.manual_seed(seed)\n", ""))}, {"test-repeats": 4}),
    "typed-in": ({"results": instead(RESULTS, ('float(np.mean(answers == digits["validation_labels"]))', "[0.999, 0.998, 0.997][seed - 1]"))}, {"test-measured": 5}),
    "one-seed": ({"results": instead(RESULTS, ("(1, 2, 3)", "(1,)"))}, {"test-seeds": 5}),
    "in-percent": (
        {"results": ("after", "results = {seed: 100 * share for seed, share in results.items()}")},
        {"test-seeds": 5, "test-measured": 5},
    ),
    "ddof-and-no-root": (
        {"results": instead(RESULTS, ("np.std(shares, ddof=1)", "np.std(shares)"), ("np.sqrt(mean * (1 - mean) / count)", "mean * (1 - mean) / count"))},
        {"test-spread": 5, "test-counting": 5},
    ),
}  # fmt: skip
ADVICE = {
    "softmax-twice": ("test-heart", "leave the softmax out"),
    "seed-after-the-network": ("test-seed", "before the network is made"),
    "not-zeroed": ("test-reads", "PyTorch adds them up"),
    "no-seed": ("test-repeats", "the same seed should give"),
    "typed-in": ("test-measured", "was it measured"),
    "one-seed": ("test-seeds", "at least three seeds"),
    "in-percent": ("test-seeds", "not per cent"),
    "ddof-and-no-root": ("test-spread", "less one"),
}
