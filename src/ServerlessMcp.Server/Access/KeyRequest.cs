using System.Net;
using ServerlessMcp.Executions;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Server.Access;

/// <summary>A key that somebody wants to have made.</summary>
/// <param name="Name">Who or what will use it, 1 to 100 visible characters.</param>
/// <param name="Days">Until it expires, 1 to 365.</param>
/// <param name="Networks">CIDR blocks it may be used from; null or empty is anywhere.</param>
/// <param name="Owner">The person behind it; null is the owner of the key that makes it.</param>
public sealed record KeyRequest(
    string Name, IReadOnlyList<string> Scopes, int Days = KeyRequest.UsualDays, IReadOnlyList<string>? Networks = null, string? Owner = null)
{
    public const int UsualDays = 90;
    public const int MostDays = 365;

    private const int MostNetworks = 20;

    /// <exception cref="CallerException"><c>invalid_key</c>, with all problems; <c>scope_exceeds_own</c>.</exception>
    internal void Check(Principal creator)
    {
        var problems = Problems().ToList();
        if (problems.Count > 0)
        {
            throw new CallerException("invalid_key", "No key was made.", problems);
        }

        if (Scopes.Except(creator.Scopes).ToList() is [_, ..] more)
        {
            throw new CallerException(
                "scope_exceeds_own",
                $"Nobody gives what they do not have: this key has {string.Join(", ", creator.Scopes.Order(StringComparer.Ordinal))} and not {string.Join(", ", more)}.");
        }
    }

    private IEnumerable<Problem> Problems()
    {
        if (!IsVisible(Name))
        {
            yield return new("name", "expected 1 to 100 visible characters");
        }

        if (Scopes.Count == 0 || Scopes.Except(Scope.All).Any() || Scopes.Distinct(StringComparer.Ordinal).Count() != Scopes.Count)
        {
            yield return new("scopes", $"expected one or more of {string.Join(", ", Scope.All)}, each once");
        }

        if (Days is < 1 or > MostDays)
        {
            yield return new("days", $"expected 1 to {MostDays} days; {UsualDays} is usual");
        }

        if (Owner is not null && !IsVisible(Owner))
        {
            yield return new("owner", "expected 1 to 100 visible characters");
        }

        if (Networks?.Count > MostNetworks)
        {
            yield return new("networks", $"expected at most {MostNetworks}");
        }

        foreach (var (network, n) in (Networks ?? []).Select((network, n) => (network, n)).Where(one => !IPNetwork.TryParse(one.network, out _)))
        {
            yield return new($"networks[{n}]", $"'{network}' is no CIDR block; expected such as 203.0.113.0/24 or 2001:db8::/32");
        }
    }

    private static bool IsVisible(string text) => !string.IsNullOrWhiteSpace(text) && text.Length <= 100 && PlainText.OneLine(text) == text;
}
