using ServerlessMcp.Conformance.Fixtures;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Tests.Contracts;

namespace ServerlessMcp.Tests.Fakes;

/// <summary>The fake keeps the contract, so a test over it says something about the real ones.</summary>
public sealed class MemoryTableTests : TableContract
{
    protected override ValueTask<ITable> OpenAsync(TimeProvider clock) => new(new MemoryTable(clock));
}
