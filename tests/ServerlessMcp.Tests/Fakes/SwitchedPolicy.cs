using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Tests.Fakes;

/// <summary>A policy that somebody changes while the server runs; the built-in one at first, null is a broken file.</summary>
internal sealed class SwitchedPolicy : IPolicySource
{
    public Policy? Now { get; set; } = BuiltInPolicy.Policy;

    public PolicyInForce Read() => new(Now, "test", Now is null ? ["line 1"] : []);
}
