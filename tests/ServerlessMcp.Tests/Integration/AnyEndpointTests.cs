using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Integration;

/// <summary>Local mode, or the server at <c>SMCP_TEST_ENDPOINT</c>.</summary>
[Collection(WithProgramEmulator.Name)]
public sealed class AnyEndpointTests(EmulatorFixture emulator) : EndpointContract
{
    private protected override Task<EndpointUnderTest> OpenAsync(CancellationToken cancellationToken) =>
        EndpointUnderTest.OpenAsync(() => emulator.Endpoint, cancellationToken);
}
