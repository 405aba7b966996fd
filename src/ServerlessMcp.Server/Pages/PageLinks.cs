using System.Globalization;
using Microsoft.AspNetCore.Http;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Server.Pages;

/// <summary>
/// Links to pages. The link of a question is signed: <c>?g=GATE&amp;e=EXPIRY&amp;k=KEY&amp;s=SIGNATURE</c> binds the execution, the plan's hash, the
/// question and its end (seconds since 1970). It leads to the page and opens nothing: the page asks who one is.
/// </summary>
internal sealed class PageLinks(PageAddress address, Signer signer, TimeProvider time)
{
    public static string PathOf(Execution execution) => $"/page/executions/{execution.ExecutionId}";

    public static string PathOfPlan(string planId) => $"/page/plans/{planId}";

    /// <returns>Null when the pages' address is not known.</returns>
    public string? Page(Execution execution) => Absolute(PathOf(execution));

    /// <returns>The page of the execution, for its open question signed; null when the pages' address is not known.</returns>
    public string? Question(Execution execution) => execution is { Status: ExecutionStatus.AwaitingApproval, Gate: { } gate }
        ? Absolute(PathOf(execution) + Query(execution, gate))
        : Page(execution);

    /// <returns>Null: the request is not a link's.</returns>
    public PageLink? Read(IQueryCollection query, Execution execution)
    {
        var (gate, end, key, signature) = (One(query, "g"), One(query, "e"), One(query, "k"), One(query, "s"));
        if (gate is null && end is null && key is null && signature is null)
        {
            return null;
        }

        var isGenuine = signer.IsSigned(SignedFor.Link, Text(execution, gate ?? "", end ?? ""), key ?? "", signature ?? "");
        return !isGenuine ? PageLink.NotGenuine
            : long.Parse(end!, CultureInfo.InvariantCulture) <= time.GetUtcNow().ToUnixTimeSeconds() ? PageLink.Expired
            : execution.Gate is { } open && open.Number.ToString(CultureInfo.InvariantCulture) != gate ? PageLink.Earlier
            : PageLink.Genuine;
    }

    private string Query(Execution execution, GateOpen gate)
    {
        var number = gate.Number.ToString(CultureInfo.InvariantCulture);
        var end = gate.ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"?g={number}&e={end}&k={signer.KeyName}&s={signer.Sign(SignedFor.Link, Text(execution, number, end))}";
    }

    private string? Absolute(string path) => address.Origin is { } origin ? new Uri(origin, path).ToString() : null;

    private static string Text(Execution execution, string gate, string end) => $"{execution.ExecutionId}|{execution.Hash}|{gate}|{end}";

    private static string? One(IQueryCollection query, string name) => query.TryGetValue(name, out var values) ? values.ToString() : null;
}

/// <summary>What a signed link turned out to be.</summary>
internal enum PageLink
{
    Genuine,

    /// <summary>Made for a question before the one that is open now.</summary>
    Earlier,

    Expired,

    NotGenuine,
}
