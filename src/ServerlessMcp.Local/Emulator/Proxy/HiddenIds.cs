using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ServerlessMcp.Local.Emulator.Proxy;

/// <summary>EC2 ids that reads do not find yet: eventual consistency, made visible.</summary>
/// <remarks>Source: EC2 "Ensuring consistency" in the API reference: a describe right after a create may answer NotFound.</remarks>
internal sealed partial class HiddenIds(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new(StringComparer.Ordinal);

    /// <summary>Hides the ids that the answer of a create names and its request did not.</summary>
    public void Hide(AwsRequest request, Answer answer, TimeSpan howLong)
    {
        var known = request.Parameters.Values.ToHashSet(StringComparer.Ordinal);
        foreach (Match id in Id().Matches(Encoding.UTF8.GetString(answer.Body)))
        {
            if (!known.Contains(id.Value))
            {
                _until[id.Value] = time.GetUtcNow() + howLong;
            }
        }
    }

    /// <summary>An error when a read asks for a hidden id by name.</summary>
    public Answer? NotFound(AwsRequest request)
    {
        if (!request.IsRead || request.Wire != AwsWire.Ec2)
        {
            return null;
        }

        var hidden = request.Parameters.Where(one => !one.Key.StartsWith("Filter.", StringComparison.Ordinal)).Select(one => one.Value).FirstOrDefault(IsHidden);
        return hidden is null ? null : AwsErrorAnswer.Write(request.Wire, 400, CodeOf(hidden), $"The ID '{hidden}' does not exist");
    }

    /// <summary>The answer of a list without the items that are hidden.</summary>
    public Answer Without(AwsRequest request, Answer answer)
    {
        if (!request.IsRead || request.Wire != AwsWire.Ec2 || answer.Status != 200 || !_until.Keys.Any(IsHidden))
        {
            return answer;
        }

        var document = XDocument.Parse(Encoding.UTF8.GetString(answer.Body), LoadOptions.PreserveWhitespace);
        var items = document.Root!.Descendants().Where(item =>
            item.Name.LocalName == "item" && item.Elements().Any(member => !member.HasElements && IsHidden(member.Value.Trim())));
        items.ToList().ForEach(item => item.Remove());
        var body = Encoding.UTF8.GetBytes(document.ToString(SaveOptions.DisableFormatting));
        return answer with { Body = body };
    }

    private bool IsHidden(string id) => _until.TryGetValue(id, out var until) && time.GetUtcNow() < until;

    private static string CodeOf(string id) => id[..id.IndexOf('-', StringComparison.Ordinal)] switch
    {
        "i" => "InvalidInstanceID.NotFound",
        "vpc" => "InvalidVpcID.NotFound",
        "subnet" => "InvalidSubnetID.NotFound",
        "sg" => "InvalidGroup.NotFound",
        "vol" => "InvalidVolume.NotFound",
        "eipalloc" => "InvalidAllocationID.NotFound",
        "rtb" => "InvalidRouteTableID.NotFound",
        "igw" => "InvalidInternetGatewayID.NotFound",
        var kind => $"Invalid{kind}ID.NotFound",
    };

    [GeneratedRegex(@"\b[a-z]{1,16}-[0-9a-f]{17}\b")]
    private static partial Regex Id();
}
