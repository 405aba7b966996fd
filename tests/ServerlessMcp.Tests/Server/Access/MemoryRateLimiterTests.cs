using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Tests.Contracts;

namespace ServerlessMcp.Tests.Server.Access;

public sealed class MemoryRateLimiterTests : RateLimiterContract
{
    protected override ValueTask<IRateLimiter> OpenAsync(TimeProvider clock) => new(new MemoryRateLimiter(clock));
}
