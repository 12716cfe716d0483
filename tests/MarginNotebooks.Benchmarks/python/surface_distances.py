"""HD95 and ASD of two masks by SciPy's exact distance transforms, one JSON answer for each JSON line of standard input.

A request {"file": PATH, "shape": [D, H, W], "spacing": [d, h, w]} names a file with the bytes of the result mask and then of the reference mask, 0 or 1 each;
the answer is {"ms": ..., "hd95": ..., "asd": ...}. Reading the file is not timed.

The surface of a mask is the mask without its erosion by the face-connected element; distances run from each surface voxel to the nearest one of the other
surface. This is the route that users of Python take (medpy's surface_distance_metrics work like this).
"""
import json
import platform
import sys
import time

try:
    import numpy
    import scipy
    from scipy import ndimage
except ImportError as error:
    print(json.dumps({"missing": f"SciPy is missing ({error})"}), flush=True)
    sys.exit(0)


def surface(mask):
    return mask ^ ndimage.binary_erosion(mask, ndimage.generate_binary_structure(mask.ndim, 1))


def measures(result, reference, spacing):
    result, reference = surface(result), surface(reference)
    there = ndimage.distance_transform_edt(~reference, sampling=spacing)[result]
    back = ndimage.distance_transform_edt(~result, sampling=spacing)[reference]
    return float(numpy.percentile(numpy.hstack((there, back)), 95)), float(there.mean())


print(json.dumps({"versions": {"SciPy": scipy.__version__, "NumPy": numpy.__version__, "Python": platform.python_version()}}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    both = numpy.fromfile(request["file"], dtype=numpy.uint8).astype(bool).reshape(2, *request["shape"])
    start = time.perf_counter()
    hd95, asd = measures(both[0], both[1], request["spacing"])
    print(json.dumps({"ms": (time.perf_counter() - start) * 1000, "hd95": hd95, "asd": asd}), flush=True)
