namespace ServerlessMcp.Tests.Local.Emulator;

/// <summary>An emulator for the tests that run the whole of local mode in their own process: they wait much, and others run meanwhile.</summary>
[CollectionDefinition(Name)]
public sealed class WithHostEmulator : ICollectionFixture<EmulatorFixture>
{
    public const string Name = "host emulator";
}
