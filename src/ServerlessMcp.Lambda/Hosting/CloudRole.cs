namespace ServerlessMcp.Lambda.Hosting;

/// <summary>What a function of this program does; one program, several functions with a role each in IAM, too.</summary>
internal enum CloudRole
{
    /// <summary>Answers HTTP events: the MCP endpoint.</summary>
    Mcp,
}
