using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Tests.Planning.Proofs.Cases;

namespace ServerlessMcp.Tests.Planning.Proofs;

/// <summary>All cases, <c>SERVICE:OPERATION</c>, or with a blank and the form's name after it. Each entry of the catalogue needs one.</summary>
internal static class ProofCases
{
    private static readonly Dictionary<string, ProofCase> Cases = new Dictionary<string, ProofCase>[]
    {
        Ec2NetworkCases.All,
        Ec2RuleCases.All,
        Ec2ComputeCases.All,
        S3Cases.All,
        IamCases.All,
        MessagingCases.All,
        TableCases.All,
        ParameterCases.All,
        LambdaCases.All,
        WatchCases.All,
        HttpApiCases.All,
        ContainerCases.All,
        DatabaseCases.All,
        EventCases.All,
        SiteCases.All,
        ScalingCases.All,
        NameCases.All,
    }.SelectMany(all => all).ToDictionary();

    public static IEnumerable<string> Names => Cases.Keys;

    /// <summary>Makes what must be there first, and the step.</summary>
    public static Task<StepRequest> OfAsync(string name, ProofStage stage) => Cases[name](stage);
}
