using System.Text.RegularExpressions;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Planning.Permissions;

namespace ServerlessMcp.Planning.Aws;

/// <summary>Turns a step into the AWS session that its calls are made in.</summary>
/// <remarks>Source: STS AssumeRole and Tag: session names of <c>[\w+=,.@-]</c>, tag values of letters, spaces, digits and <c>_.:/=+-@</c>, at most 256.</remarks>
internal sealed partial class StepSessionWriter(IAwsCatalog catalog)
{
    public const string PrincipalTag = "smcp:principal";
    public const string ExecutionTag = "smcp:execution";

    private const int MostOfName = 64;
    private const int MostOfTag = 256;

    private readonly StepPolicies _policies = new(catalog);

    public AwsSession Of(StepSession session, PlanTarget target) => new(
        NameOf(session),
        _policies.Of(session.Step, target.Region).Text,
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [PrincipalTag] = Cut(NotInTag().Replace(session.Principal, "_"), MostOfTag),
            [ExecutionTag] = Cut(NotInTag().Replace(session.ExecutionId, "_"), MostOfTag),
        });

    public static string NameOf(StepSession session) => Cut(NotInName().Replace(session.Name, "-"), MostOfName);

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most];

    [GeneratedRegex("[^A-Za-z0-9_+=,.@-]")]
    private static partial Regex NotInName();

    [GeneratedRegex(@"[^\p{L}\p{Z}\p{N}_.:/=+\-@]")]
    private static partial Regex NotInTag();
}
