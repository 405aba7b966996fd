namespace ServerlessMcp.Tests.Local.Emulator;

/// <summary>An emulator for the tests that start the program <c>smcp</c> or speak MCP to any server: they wait much, and others run meanwhile.</summary>
[CollectionDefinition(Name)]
public sealed class WithProgramEmulator : ICollectionFixture<EmulatorFixture>
{
    public const string Name = "program emulator";
}
