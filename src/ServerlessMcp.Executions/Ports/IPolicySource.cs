using ServerlessMcp.Executions.Policies;

namespace ServerlessMcp.Executions.Ports;

/// <summary>The policy in force, asked anew each time something is judged: a file may have changed meanwhile.</summary>
public interface IPolicySource
{
    PolicyInForce Read();
}
