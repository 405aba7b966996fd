using System.Security.Cryptography;
using System.Text;
using ServerlessMcp.StatesLanguage.Parsing;
using ServerlessMcp.StatesLanguage.States;

namespace ServerlessMcp.StatesLanguage;

/// <summary>A checked definition in the subset of Amazon States Language that this engine runs as Step Functions does.</summary>
/// <remarks>
/// The subset: JSONPath; Choice, Wait, Task (lambda:invoke, with or without .waitForTaskToken), Pass, Succeed, Fail. Everything else
/// (Map, Parallel, JSONata, variables, other resources) is refused when read, never ignored.
/// </remarks>
public sealed class StateMachine
{
    internal StateMachine(string text, string startAt, int? timeoutSeconds, IReadOnlyDictionary<string, State> states)
    {
        (Text, StartAt, TimeoutSeconds, States) = (text, startAt, timeoutSeconds, states);
        Hash = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>The definition with its substitutions made: what a run keeps, so that an update does not change it.</summary>
    public string Text { get; }

    /// <summary><c>sha256:</c> and 64 hex digits of <see cref="Text"/>.</summary>
    public string Hash { get; }

    public string StartAt { get; }

    /// <summary>Of a whole run; null means no limit.</summary>
    public int? TimeoutSeconds { get; }

    public IReadOnlyCollection<string> StateNames => [.. States.Keys];

    internal IReadOnlyDictionary<string, State> States { get; }

    /// <param name="definition">JSON.</param>
    /// <param name="substitutions">Values of <c>${Name}</c> in the definition's strings (SAM: DefinitionSubstitutions).</param>
    /// <exception cref="DefinitionException">Everything that is wrong or outside the subset.</exception>
    public static StateMachine Parse(string definition, IReadOnlyDictionary<string, string>? substitutions = null) =>
        DefinitionReader.Read(definition, substitutions ?? new Dictionary<string, string>());
}
