using System.Text.RegularExpressions;

namespace ServerlessMcp.AwsApi.Search;

/// <summary>What the values in a question are: "10.0.0.0/16" is an address, "i-0abc12" an instance, "/prod/db" a path. The value itself says nothing.</summary>
internal static partial class Literals
{
    /// <returns>The question with a word of its kind in the place of each value.</returns>
    public static string Name(string question)
    {
        question = Arn().Replace(question, match => $" {match.Groups[1].Value} ");
        question = Id().Replace(question, match => TypeOf(match.Groups[1].Value) is { } type ? $" {type} " : match.Value);
        question = S3Address().Replace(question, " bucket object ");
        question = Email().Replace(question, " email ");
        question = Address().Replace(question, " ip address ");
        question = Pair().Replace(question, " tag ");
        question = Path().Replace(question, " path ");
        question = Prefix().Replace(question, " prefix ");
        question = Domain().Replace(question, " domain ");
        question = Money().Replace(question, " amount ");
        return Percent().Replace(question, " percent ");
    }

    /// <summary>By the prefix of an EC2 id.</summary>
    private static string? TypeOf(string prefix) => prefix switch
    {
        "i" => "instance",
        "ami" => "image",
        "vol" => "volume",
        "snap" => "snapshot",
        "sg" => "security group",
        "subnet" => "subnet",
        "vpc" => "vpc",
        "eni" => "network interface",
        "igw" => "internet gateway",
        "nat" => "nat gateway",
        "rtb" => "route table",
        "eipalloc" => "elastic ip",
        "acl" => "network acl",
        "lt" => "launch template",
        "tgw" => "transit gateway",
        "vpce" => "vpc endpoint",
        "pcx" => "vpc peering connection",
        "fl" => "flow logs",
        _ => null,
    };

    [GeneratedRegex(@"\barn:aws[\w-]*:([a-z0-9-]+):\S*")]
    private static partial Regex Arn();

    [GeneratedRegex(@"\b([a-z]{1,8})-[0-9a-f]{4,}\b")]
    private static partial Regex Id();

    [GeneratedRegex(@"\bs3://\S+")]
    private static partial Regex S3Address();

    [GeneratedRegex(@"\b[\w.+-]+@[\w-]+\.[\w.]+")]
    private static partial Regex Email();

    [GeneratedRegex(@"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:/\d{1,2})?\b")]
    private static partial Regex Address();

    [GeneratedRegex(@"(?<=^|\s)[\w:.-]+=[\w:./-]+")]
    private static partial Regex Pair();

    [GeneratedRegex(@"(?<=^|\s)/[\w.-]+(?:/[\w.*-]*)*")]
    private static partial Regex Path();

    [GeneratedRegex(@"(?<=^|\s)[\w.-]+(?:/[\w.-]+)*/(?=\s|$)")]
    private static partial Regex Prefix();

    [GeneratedRegex(@"(?<=^|\s)(?:\*\.)?(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|app|co|eu|uk|de|cloud|local|internal)\b")]
    private static partial Regex Domain();

    [GeneratedRegex(@"[$€£]\s?\d[\d.,]*k?|\b\d[\d.,]*\s?(?:dollars?|usd|euros?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Money();

    [GeneratedRegex(@"\b\d[\d.]*\s?(?:%|percent\b)")]
    private static partial Regex Percent();
}
