namespace ServerlessMcp.Lambda.Hosting;

/// <summary>What a function of this program does; one program, several functions with a role each in IAM, too.</summary>
internal enum CloudRole
{
    /// <summary>Answers HTTP events: the MCP endpoint.</summary>
    Mcp,

    /// <summary>Answers the tasks of the state machine, and is the only one that can change AWS.</summary>
    Worker,

    /// <summary>Hears that runs have ended, and sweeps by schedule.</summary>
    Reaper,
}
