using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Access;

/// <summary>
/// The <c>requestState</c> that goes out with a question and comes back with its answer (MRTR): signed, for ten minutes, for one caller and one call with its
/// arguments. A client may keep, change or sell it, so that nothing in it is believed before.
/// </summary>
/// <remarks>
/// <code>
/// KEY.EXPIRES.CALL.ABOUT.SIGNATURE     signature = HMAC-SHA256(key made from the pepper KEY for this use, "caller\nKEY.EXPIRES.CALL.ABOUT")
/// </code>
/// CALL is the hash of tool and arguments. ABOUT names what is asked; of a gate its execution and number, and the decision is an item put if absent
/// (<see cref="Executions.State.ExecutionGates"/>), so that an answer counts once, however often it is sent. Source: MCP 2026-07-28, basic/patterns/mrtr, "Server Requirements".
/// </remarks>
internal sealed class RequestStates(Signer signer, TimeProvider time)
{
    private const string Anew = "Send the call again without requestState and inputResponses, and you are asked anew.";
    private const int MostCharacters = 1_000;

    private static readonly TimeSpan Lives = TimeSpan.FromMinutes(10);

    /// <param name="about">What is asked: letters, digits, <c>_</c>, <c>-</c> and <c>:</c>.</param>
    public string Make(ToolCall call, string about)
    {
        var said = string.Create(
            CultureInfo.InvariantCulture, $"{signer.KeyName}.{(time.GetUtcNow() + Lives).ToUnixTimeSeconds()}.{CallOf(call.Request.Params)}.{about}");
        return $"{said}.{signer.Sign(SignedFor.RequestState, Text(call.Caller, said))}";
    }

    /// <returns>What was asked; null: the call brings neither state nor answers.</returns>
    /// <exception cref="CallerException"><c>invalid_state</c>, <c>state_expired</c>, <c>state_of_another_call</c>.</exception>
    public string? Read(ToolCall call)
    {
        if (call.Request.Params.RequestState is not { } state)
        {
            return call.Request.Params.InputResponses is { Count: > 0 }
                ? throw new CallerException("invalid_state", $"inputResponses came without the requestState of their question; nothing was done. {Anew}")
                : null;
        }

        var parts = state.Length <= MostCharacters ? state.Split('.') : [];
        if (parts is not [var key, var expires, var hash, var about, var signature] || !signer.IsSigned(SignedFor.RequestState, Text(call.Caller, state[..^(signature.Length + 1)]), key, signature))
        {
            throw new CallerException("invalid_state", $"requestState is not one that this server gave you, or it was changed; nothing was done. {Anew}");
        }

        if (hash != CallOf(call.Request.Params))
        {
            throw new CallerException(
                "state_of_another_call", "requestState belongs to a question about another tool or other arguments; nothing was done. Repeat the call that was asked about as it was, or send this one without requestState and inputResponses.");
        }

        return long.Parse(expires, CultureInfo.InvariantCulture) > time.GetUtcNow().ToUnixTimeSeconds()
            ? about
            : throw new CallerException("state_expired", $"The question was put more than {Lives.TotalMinutes} minutes ago, and its answer comes too late; nothing was done. {Again(about)}");
    }

    /// <summary>A call that had started something is not simply sent again: that would start another.</summary>
    private static string Again(string about) => about.StartsWith("ex_", StringComparison.Ordinal)
        ? $"What it asked about still waits: get_execution {{\"id\":\"{about.Split(':')[0]}\"}} shows it."
        : Anew;

    private static string Text(Principal caller, string said) => $"{caller.Id}\n{said}";

    /// <summary>The order of members does not matter: clients may write the same arguments anew.</summary>
    private static string CallOf(CallToolRequestParams call)
    {
        var arguments = new JsonObject();
        foreach (var (name, value) in call.Arguments ?? new Dictionary<string, JsonElement>())
        {
            arguments[name] = JsonNode.Parse(value.GetRawText());
        }

        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"tools/call\n{call.Name}\n{Text(arguments)}")));
    }

    private static string Text(JsonObject arguments)
    {
        try
        {
            return CanonicalJson.Write(arguments);
        }
        catch (FormatException)
        {
            return arguments.ToJsonString(); // A number beyond 2^53-1: what is repeated must be repeated to the letter.
        }
    }
}
