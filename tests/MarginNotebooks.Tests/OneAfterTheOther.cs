// TorchSharp turns a number in an expression (x + 1e-5) into an object that nothing holds while libtorch reads it. A collection that another thread
// sets off in that moment frees it ("Expected false to be true … Scalar.h"): about one of several thousand tests failed so. On one thread no collection
// can come between; the suite's time is libtorch's anyway.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
