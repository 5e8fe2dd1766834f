	.text
keep_often:                             # tools/order.txt says that it runs often
	movq	%rax, 16(%rdi)
	movq	%rcx, 24(%rdi)
	movq	%rdx, 32(%rdi)
	retq
keep_label:                             # a jump leads into the middle
	testl	%edi, %edi
	je	.Linside
	movq	%rax, 16(%rdi)
	movq	%rcx, 24(%rdi)
	movq	%rdx, 32(%rdi)
.Linside:
	retq
keep_inner:                             # where that leads is this function's own
	movq	%rax, 16(%rdi)
	movq	%rcx, 24(%rdi)
	movq	%rdx, 32(%rdi)
	jmp	.Linner
.Linner:
	retq
change_one:
	incl	%ecx
	movq	%rax, 16(%rdi)
	movq	%rcx, 24(%rdi)
	movq	%rdx, -8(%rsp)
	retq
change_two:
	decl	%ecx
	movq	%rax, 16(%rdi)
	movq	%rcx, 24(%rdi)
	movq	%rdx, -8(%rsp)
	retq
change_three:
	notl	%ecx
	movq	%rax, 16(%rdi)
	movq	%rcx, 24(%rdi)
	movq	%rdx, -8(%rsp)
	retq
