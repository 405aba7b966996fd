using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace ServerlessMcp.Tests.Planning.Proofs.Eye;

/// <summary>
/// Asks the emulator by hand-written requests, with nothing of the product between: a request is <c>GET path</c>, <c>Target.Operation {json}</c>
/// or <c>VERSION Action&amp;Name=value</c>. The emulator checks no signature, it only reads the service out of it.
/// </summary>
internal sealed class RawAws(Uri endpoint, string region, string accessKey)
{
    private static readonly HttpClient Http = new();

    /// <returns>JSON; XML becomes objects, and lists where a name is repeated or is <c>member</c>. Null when AWS says no with a 4xx.</returns>
    public async Task<JsonNode?> AskAsync(string signedAs, string request, CancellationToken cancellationToken)
    {
        using var message = Message(request);
        message.Headers.Authorization = new AuthenticationHeaderValue(
            "AWS4-HMAC-SHA256", $"Credential={accessKey}/20260101/{region}/{signedAs}/aws4_request, SignedHeaders=host, Signature=0");
        using var answer = await Http.SendAsync(message, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        if ((int)answer.StatusCode is >= 400 and < 500)
        {
            return null;
        }

        Assert.True(answer.IsSuccessStatusCode, $"{signedAs} {request}: {answer.StatusCode} {text[..Math.Min(300, text.Length)]}");
        return text.StartsWith('<') ? FromXml(XElement.Parse(text)) : WithoutNulls(JsonNode.Parse(text.Length == 0 ? "{}" : text));
    }

    /// <summary>The emulator writes null where AWS leaves a member out.</summary>
    private static JsonNode? WithoutNulls(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Where(member => member.Value is not null).Select(member => KeyValuePair.Create(member.Key, WithoutNulls(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(WithoutNulls)]),
        _ => node?.DeepClone(),
    };

    private HttpRequestMessage Message(string request)
    {
        var blank = request.IndexOf(' ', StringComparison.Ordinal);
        var (first, rest) = (request[..blank], request[(blank + 1)..]);
        if (first == "GET")
        {
            return new(HttpMethod.Get, new Uri(endpoint, rest));
        }

        if (char.IsAsciiDigit(first[0]))
        {
            return new(HttpMethod.Post, endpoint) { Content = new StringContent($"Version={first}&Action={rest}", Encoding.UTF8, "application/x-www-form-urlencoded") };
        }

        var message = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new StringContent(rest, Encoding.UTF8, "application/x-amz-json-1.0") };
        message.Headers.Add("X-Amz-Target", first);
        return message;
    }

    private static JsonNode? FromXml(XElement element)
    {
        var children = element.Elements().GroupBy(child => child.Name.LocalName).ToList();
        return children switch
        {
            [] => element.Value,
            [{ Key: var name } only] when name is "member" or "Items" || only.Count() > 1 || element.Name.LocalName == $"{name}s" =>
                new JsonArray([.. only.Select(FromXml)]),
            _ => new JsonObject(children.Select(child => KeyValuePair.Create(
                child.Key, child.Count() == 1 ? FromXml(child.First()) : new JsonArray([.. child.Select(FromXml)])))),
        };
    }
}
