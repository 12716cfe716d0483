"""Times training steps of the paper's U-Net in plain PyTorch, one JSON answer for each JSON line of standard input.

    python3 train_step.py --device cpu --filters 32 --batch 4 --size 192

First line printed: {"versions": ..., "threads": ..., "device": ...}. A request {"variant": "fp32", "steps": 1} is answered by {"ms": ..., "loss": ...}: the
mean milliseconds of a step, by the wall clock, the device synchronised. Variants:

    fp32   float32, contiguous: what one gets without asking (on a GPU, TF32 off)
    tf32   float32 tensors, TF32 products, contiguous (GPU)
    bf16   torch.autocast to bfloat16, channels_last

With --profile-seconds N it reads nothing: it prints each variant's step time, for a machine without the kit.
"""
import argparse
import json
import platform
import sys
import time

try:
    import torch
    from torch import nn
    from torch.nn import functional as F
except ImportError as error:
    print(json.dumps({"missing": f"PyTorch is missing ({error})"}), flush=True)
    sys.exit(0)

FACTORS = (1, 2, 4, 8, 16)
POOLS = (1, 2, 2, 2, 4)


class Block(nn.Module):
    """Two 3x3 convolutions, each with ReLU."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)

    def forward(self, x):
        return F.relu(self.second(F.relu(self.first(x), inplace=True)), inplace=True)


class UNet(nn.Module):
    """The network of the paper: five levels, no normalisation, nearest-neighbour up-sampling, up-sampled features first."""

    def __init__(self, channels, classes, filters):
        super().__init__()
        widths = [filters * factor for factor in FACTORS]
        self.down = nn.ModuleList(Block(channels if i == 0 else widths[i - 1], widths[i]) for i in range(5))
        self.up = nn.ModuleList(Block(widths[i + 1] + widths[i], widths[i]) for i in range(4))
        self.last = nn.Conv2d(widths[0], classes, 1)

    def forward(self, x):
        skips = []
        for level, block in enumerate(self.down):
            x = block(F.max_pool2d(x, POOLS[level]) if level else x)
            skips.append(x)
        for level in range(3, -1, -1):
            x = F.interpolate(x, scale_factor=POOLS[level + 1], mode="nearest")
            x = self.up[level](torch.cat((x, skips[level]), 1))
        return self.last(x)


def margin_loss(logits, labels, margin=5.0, weight=0.1):
    """Cross-entropy plus the linear penalty on logit distances beyond the margin."""
    distances = logits.amax(1, keepdim=True) - logits
    return F.cross_entropy(logits, labels) + weight * F.relu(distances - margin).mean()


class Training:
    """Network, optimiser and a batch that lies on the device, in one variant."""

    def __init__(self, variant, options):
        self.device, self.variant = torch.device(options.device), variant
        torch.manual_seed(1)
        layout = torch.channels_last if variant == "bf16" else torch.contiguous_format
        self.network = UNet(1, 4, options.filters).to(self.device, memory_format=layout).train()
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=1e-3)
        size = options.size
        self.images = torch.rand(options.batch, 1, size, size, device=self.device).contiguous(memory_format=layout)
        coarse = torch.randint(0, 4, (options.batch, 1, size // 16, size // 16), device=self.device).float()
        self.labels = F.interpolate(coarse, scale_factor=16, mode="nearest").squeeze(1).long()

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.variant == "bf16"):
            logits = self.network(self.images)
        loss = margin_loss(logits.float(), self.labels)
        loss.backward()
        self.optimizer.step()
        return loss

    def time(self, steps):
        """Mean milliseconds of a step, and the last loss; a GPU is waited for at the start and at the end only."""
        if self.device.type == "cuda":
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = self.variant != "fp32"
            torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(steps):
            loss = self.step()
        last = loss.item()
        return (time.perf_counter() - start) * 1000 / steps, last


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--filters", type=int, default=32)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--size", type=int, default=192)
    parser.add_argument("--profile-seconds", type=float)
    options = parser.parse_args()
    if options.device == "cuda" and not torch.cuda.is_available():
        print(json.dumps({"missing": "This PyTorch sees no GPU"}), flush=True)
        return
    torch.backends.cudnn.benchmark = True
    # The kit flushes denormals too.
    torch.set_flush_denormal(True)
    hello = {
        "versions": {"PyTorch": torch.__version__, "Python": platform.python_version()},
        "threads": torch.get_num_threads(),
        "device": torch.cuda.get_device_name() if options.device == "cuda" else "cpu",
    }
    print(json.dumps(hello), flush=True)
    trainings = {}

    def measure(variant, steps):
        try:
            if variant not in trainings:
                trainings[variant] = Training(variant, options)
            milliseconds, loss = trainings[variant].time(steps)
            return {"variant": variant, "ms": milliseconds, "loss": loss}
        except (RuntimeError, TypeError) as error:
            return {"error": f"{variant}: {error}"}

    if options.profile_seconds:
        for variant in ("fp32", "tf32", "bf16") if options.device == "cuda" else ("fp32", "bf16"):
            measure(variant, 3)
            steps = max(1, int(options.profile_seconds * 1000 / measure(variant, 3)["ms"]))
            print(json.dumps(measure(variant, steps)), flush=True)
        return
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(measure(request["variant"], request.get("steps", 1))), flush=True)


if __name__ == "__main__":
    main()
