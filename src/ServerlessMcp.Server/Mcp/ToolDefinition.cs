using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace ServerlessMcp.Server.Mcp;

/// <summary>What a client is told of a tool. All data, so that nothing is worked out at start.</summary>
public sealed record ToolDefinition
{
    public required string Name { get; init; }

    public required string Title { get; init; }

    public required string Description { get; init; }

    /// <summary>The <see cref="Executions.Scope"/> a principal needs to see and to call it.</summary>
    public required string Scope { get; init; }

    public required bool ReadOnly { get; init; }

    public required bool Destructive { get; init; }

    public required bool Idempotent { get; init; }

    /// <summary>True when it reaches AWS, false when it reaches only this server's own table.</summary>
    public required bool OpenWorld { get; init; }

    /// <summary>JSON Schema text in the subset that <see cref="ArgumentCheck"/> knows.</summary>
    public required string InputSchema { get; init; }

    /// <summary>JSON Schema text; null for a tool without structured content.</summary>
    public string? OutputSchema { get; init; }

    public Tool ToProtocol() => new()
    {
        Name = Name,
        Title = Title,
        Description = Description,
        InputSchema = JsonElement.Parse(InputSchema),
        OutputSchema = OutputSchema is null ? null : JsonElement.Parse(OutputSchema),
        Annotations = new()
        {
            Title = Title,
            ReadOnlyHint = ReadOnly,
            DestructiveHint = Destructive,
            IdempotentHint = Idempotent,
            OpenWorldHint = OpenWorld,
        },
    };
}
