using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Tests.Contracts;

namespace ServerlessMcp.Tests.Fakes;

public sealed class MemoryBlobsTests : BlobsContract
{
    protected override IBlobs Open() => new MemoryBlobs();
}
