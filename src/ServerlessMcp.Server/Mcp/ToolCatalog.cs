using System.Collections.Frozen;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using ServerlessMcp.Executions;

namespace ServerlessMcp.Server.Mcp;

/// <summary>The tools that are switched on. Schemas are parsed when first listed or called: 500 tools start as fast as 5.</summary>
public sealed class ToolCatalog
{
    private readonly IReadOnlyList<Entry> _entries;
    private readonly FrozenDictionary<string, Entry> _byName;

    public ToolCatalog(IEnumerable<ServerTool> tools, ServerOptions options)
    {
        _entries =
        [
            .. tools.Where(tool => IsCritical(tool, options) || options.EnabledTools.Any(pattern => Matches(pattern, tool.Definition.Name)))
                .OrderByDescending(tool => IsCritical(tool, options))
                .Select(tool => new Entry(tool)),
        ];
        _byName = _entries.ToFrozenDictionary(entry => entry.Tool.Definition.Name, StringComparer.Ordinal);
    }

    /// <summary>What is wrong with ENABLED_TOOLS and CRITICAL_TOOLS: _entries that name no tool.</summary>
    public static IReadOnlyList<string> Check(IEnumerable<ServerTool> tools, ServerOptions options)
    {
        var names = tools.Select(tool => tool.Definition.Name).ToList();
        return
        [
            .. Unknown("ENABLED_TOOLS", options.EnabledTools, names, Matches),
            .. Unknown("CRITICAL_TOOLS", options.CriticalTools, names, (wanted, name) => wanted == name),
        ];
    }

    /// <summary>What this principal may call, in the order it is listed.</summary>
    internal List<Tool> VisibleTo(Principal caller) =>
        [.. _entries.Where(entry => caller.May(entry.Tool.Definition.Scope)).Select(entry => entry.Protocol.Value)];

    internal IEnumerable<string> NamesFor(Principal caller) =>
        _entries.Select(entry => entry.Tool.Definition).Where(tool => caller.May(tool.Scope)).Select(tool => tool.Name);

    /// <summary>Whether a tool of this name is switched on, and the caller may call it.</summary>
    internal Func<string, bool> OfferedTo(Principal caller) => name => Find(name) is { } entry && caller.May(entry.Tool.Definition.Scope);

    internal Entry? Find(string name) => _byName.GetValueOrDefault(name);

    private static bool IsCritical(ServerTool tool, ServerOptions options) => options.CriticalTools.Contains(tool.Definition.Name);

    private static bool Matches(string pattern, string name) =>
        pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : name == pattern;

    private static IEnumerable<string> Unknown(
        string setting, IReadOnlyList<string> wanted, List<string> names, Func<string, string, bool> matches) => wanted
        .Where(one => !names.Any(name => matches(one, name)))
        .Select(one => $"{setting}: there is no tool '{one}'.{Nearest.Hint(one, names)} Known: {string.Join(", ", names)}.");

    internal sealed record Entry(ServerTool Tool)
    {
        public Lazy<Tool> Protocol { get; } = new(Tool.Definition.ToProtocol);

        public JsonElement Schema => Protocol.Value.InputSchema;
    }
}
