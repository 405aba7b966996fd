using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Local.Access;

namespace ServerlessMcp.Local.Cli;

/// <summary>How each MCP client is told about this server.</summary>
/// <remarks>Sources: the clients' own pages on MCP servers (Claude Code, VS Code, Cursor) and the Inspector's readme.</remarks>
internal sealed class ClientConfiguration(string url, string key)
{
    public const string ServerName = "serverless-mcp";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyList<string> Clients { get; } = ["claude-code", "vscode", "cursor", "inspector", "curl"];

    /// <summary>What to type or to put where; ends with a line break.</summary>
    public string Show(string client) => client switch
    {
        "claude-code" => $"claude mcp add --transport http {ServerName} {url} --header \"Authorization: Bearer {key}\"\n",
        "vscode" or "cursor" => $"# {FileOf(client)}\n{Merge(client, [])}\n",
        "inspector" => $"npx @modelcontextprotocol/inspector --cli {url} --transport http --header \"Authorization: Bearer {key}\" --method tools/list\n",
        _ => $$$"""
            curl -sS {{{url}}} -H 'Authorization: Bearer {{{key}}}' -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' -d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'

            """,
    };

    /// <summary>The file that <c>--write</c> writes, relative to the working folder; null where there is none.</summary>
    public static string? FileOf(string client) => client switch
    {
        "claude-code" => ".mcp.json",
        "vscode" => Path.Combine(".vscode", "mcp.json"),
        "cursor" => Path.Combine(".cursor", "mcp.json"),
        _ => null,
    };

    /// <summary>Adds this server to the client's file and leaves all else in it; the file is readable by its owner only, for it holds the key.</summary>
    /// <exception cref="JsonException">The file is there and is not plain JSON; it was left alone.</exception>
    public string Write(string client, string folder)
    {
        var path = Path.Combine(folder, FileOf(client)!);
        var existing = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) : new JsonObject();
        if (existing is not JsonObject configuration)
        {
            throw new JsonException("Not an object.");
        }

        PrivateFile.Write(path, Merge(client, configuration) + "\n");
        return path;
    }

    private string Merge(string client, JsonObject configuration)
    {
        var list = client == "vscode" ? "servers" : "mcpServers";
        if (configuration[list] is not JsonObject servers)
        {
            configuration[list] = servers = [];
        }

        servers[ServerName] = new JsonObject
        {
            ["type"] = "http",
            ["url"] = url,
            ["headers"] = new JsonObject { ["Authorization"] = $"Bearer {key}" },
        };
        return configuration.ToJsonString(Indented);
    }
}
