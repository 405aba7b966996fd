namespace ServerlessMcp.Tests.Local.Emulator;

/// <summary>A second emulator, for the many proofs of the undo catalogue, so that they run beside <see cref="WithEmulator"/>'s tests.</summary>
[CollectionDefinition(Name)]
public sealed class WithProofEmulator : ICollectionFixture<EmulatorFixture>
{
    public const string Name = "proof emulator";
}
